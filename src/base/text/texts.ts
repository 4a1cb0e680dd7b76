/** A text that may become an argument, a path or a variable of a process: C ends it at a NUL. */
export const NO_NUL = '^[^\\u0000]*$'

/** The same, of one line. */
export const ONE_LINE = '^[^\\u0000\\r\\n]*$'
