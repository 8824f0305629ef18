// Loaded before dependency-cruiser, which asks its parser to read every file as plain TypeScript and so cannot read .tsx.
const swc = require('@swc/core');

const { parseFileSync } = swc;
/** @type {typeof parseFileSync} */
swc.parseFileSync = (file, options) =>
  parseFileSync(file, { ...options, syntax: 'typescript', tsx: file.endsWith('x') });
