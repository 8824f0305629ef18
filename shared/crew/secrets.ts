const SECRET_NAME = /(?:^|[-_])(?:api[-_]?key|authorization|cookie|key|password|secret|signature|token)$/i;
/** Values that services issue as keys. */
const SECRET_VALUE =
  /^(?:basic|bearer|token)\s|(?:^|[^A-Za-z])(?:AIza|AKIA|eyJ|gh[opsu]_|glpat-|gsk_|hf_|nvapi-|rk_|sk-|sk_|xai-|xox[abp]-)[\w.-]{12,}/i;

/** Whether a header or a parameter with this name usually contains a key, such as `X-Api-Key` or `access_token`. */
export function isNameOfKey(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Whether a text looks like a key that a service issued. */
export function looksLikeKey(value: string): boolean {
  return SECRET_VALUE.test(value);
}
