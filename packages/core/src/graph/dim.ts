// Dimensions: a number, or a symbolic expression in canonical text such as "batch*seq" or "floor((height+1)/2)".
// Arithmetic happens on polynomials with integer coefficients over atoms; an atom is a name or a call (floor, ceil, min, max).

/** One dimension: known, or a canonical expression of named dimensions. Named dimensions are positive. */
export type Dim = number | string;
