/**
 * Warns if an application is packaged with another version of Electron than package.json specifies, and so lacks its
 * security fixes.
 * @param {string} found version of the Electron that is used @param {string} named version in package.json
 * @returns {string | null} null if they are the same
 */
export function electronVersionWarning(found, named) {
  if (found === named) return null;
  return `Packaging with Electron ${found}, not with ${named}, which package.json names. Do not distribute this package: it lacks the security fixes of ${named}.`;
}
