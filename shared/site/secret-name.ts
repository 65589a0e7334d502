// A value that stands outside the site file, by its name: `${secret:NAME}`.

const NAME = "[A-Z][A-Z0-9_]{0,63}";

export const SECRET_REFERENCE = new RegExp(`^\\$\\{secret:(${NAME})\\}$`);

const WHOLE_NAME = new RegExp(`^${NAME}$`);

export const isSecretName = (name: string): boolean => WHOLE_NAME.test(name);

/** Undefined if the text is no reference. */
export const secretNamed = (text: string): string | undefined => SECRET_REFERENCE.exec(text)?.[1];

/** In place of a value that nobody is to see. */
export const referenceTo = (name: string): string => `\${secret:${name}}`;
