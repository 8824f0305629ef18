// Loaded before dependency-cruiser, which makes its parser read every file as plain TypeScript. This fails for .tsx
// files.
const swc = require('@swc/core');

const { parseFileSync } = swc;
/** @type {typeof parseFileSync} */
swc.parseFileSync = (file, options) =>
  parseFileSync(file, { ...options, syntax: 'typescript', tsx: file.endsWith('x') });
