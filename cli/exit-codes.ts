// The exit codes. Scripts depend on these numbers, so a new meaning gets a new number.

export const FINE = 0;
/** A file has problems, a test failed, or nothing was written. */
export const PROBLEMS = 1;
/** The command was used wrongly: an unknown option, a file that does not exist. */
export const WRONG_USAGE = 2;
/** The number that shells use for an unhandled Ctrl-C. */
export const INTERRUPTED = 130;

export const EXIT_CODE_HELP = `
Exit codes: ${FINE} fine, ${PROBLEMS} problems found, ${WRONG_USAGE} wrong usage.`;
