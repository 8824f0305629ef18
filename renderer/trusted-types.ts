interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): unknown;
}

/**
 * The page's policy lets no text become markup or code (`require-trusted-types-for 'script'`). Workers are the one use that
 * it has to allow: their addresses become trusted here if they belong to the application. Imported before any worker starts.
 */
const trustedTypes = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
trustedTypes?.createPolicy('default', {
  createScriptURL: (url) => {
    if (new URL(url, location.href).origin === location.origin) return url;
    throw new TypeError(`${url} is not a script of the application.`);
  },
});
