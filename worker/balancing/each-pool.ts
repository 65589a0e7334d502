// The pools that may answer the requests of a route: one, several in their order, or those that follow a folder.

export interface Branching<Action> {
  readonly alternatives?: readonly Action[];
  readonly files?: { readonly otherwise: Action | null };
}

/** An action changed for the pool of a route, and for each of them if it names several. */
export function inEachPool<Action extends Branching<Action>>(
  action: Action,
  change: (action: Action) => Action,
): Action {
  const { alternatives, files } = action;
  return {
    ...change(action),
    ...(alternatives && { alternatives: alternatives.map(change) }),
    ...(files && { files: { otherwise: files.otherwise && inEachPool(files.otherwise, change) } }),
  };
}

/** One for each pool that may answer. */
export function eachPool<Action extends Branching<Action>>(action: Action): readonly Action[] {
  const { alternatives = [action], files } = action;
  return files?.otherwise ? [...alternatives, ...eachPool(files.otherwise)] : alternatives;
}
