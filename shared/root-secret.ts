// What is required of HEADGATE_SECRET, from which keys are derived by purpose.

/** A shorter one could be guessed from a signature. `openssl rand -hex 32` makes a good one. */
export const MIN_SECRET_LENGTH = 32;

/** A sentence; undefined if the secret will do. It repeats nothing of the secret. */
export const objectionToSecret = (secret: string): string | undefined =>
  secret.length < MIN_SECRET_LENGTH
    ? `HEADGATE_SECRET is shorter than ${MIN_SECRET_LENGTH} characters; write what \`openssl rand -hex 32\` prints`
    : undefined;
