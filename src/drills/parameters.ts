/** The value of a drill's parameter: durations and shares are texts, as in the file. */
export type ParameterValue = string | number | boolean
