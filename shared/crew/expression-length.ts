/** The longest expression, in characters. */
export const MAX_EXPRESSION_CHARACTERS = 4000;
