// What the shell is told. Scripts depend on these numbers: a new meaning gets a new one.

export const FINE = 0;
/** A file has problems, a test fails, nothing was written. */
export const PROBLEMS = 1;
/** The command was called wrongly: an unknown option, a file that is not there. */
export const WRONG_USAGE = 2;
/** As shells count a Ctrl-C that nothing was ready for. */
export const INTERRUPTED = 130;

export const EXIT_CODE_HELP = `
Exit codes: ${FINE} fine, ${PROBLEMS} problems found, ${WRONG_USAGE} wrong usage.`;
