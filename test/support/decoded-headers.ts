// Header fields as workerd decodes them: bytes that are not UTF-8 become U+FFFD, which Node's own Headers rejects.

/** Represents U+FFFD within Node's Headers. */
const MARK = "\xff";
const shown = (value: string): string => value.replaceAll(MARK, "\uFFFD");

export class DecodedHeaders extends Headers {
  constructor(fields: Record<string, string> = {}) {
    super();
    for (const [name, value] of Object.entries(fields)) this.append(name, value.replaceAll("\uFFFD", MARK));
  }

  override get(name: string): string | null {
    const value = super.get(name);
    return value === null ? null : shown(value);
  }

  override getSetCookie(): string[] {
    return super.getSetCookie().map(shown);
  }

  override forEach(act: (value: string, name: string, headers: Headers) => void): void {
    super.forEach((value, name) => void act(shown(value), name, this));
  }
}
