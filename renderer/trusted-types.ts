interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): unknown;
}

/**
 * The page's policy forbids text to become markup or code (`require-trusted-types-for 'script'`). Only workers need an
 * exception: this module allows their addresses if they belong to the application. Import it before any worker starts.
 */
const trustedTypes = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
trustedTypes?.createPolicy('default', {
  createScriptURL: (url) => {
    if (new URL(url, location.href).origin === location.origin) return url;
    throw new TypeError(`${url} is not a script of the application.`);
  },
});
