import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app as electronApp } from 'electron';

// Electron's own default application calls these two methods, which are missing from its types.
const app = /** @type {typeof electronApp & { setVersion(version: string): void, setAppPath(path: string): void }} */ (
  electronApp
);

// Replaces Electron's default application in an Electron that lacks it. Like the original, it runs the application
// whose folder or file is the first argument that is not a switch. Electron awaits this module, so the top level of the
// application runs before `ready`.
const named = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (named === undefined) {
  process.stderr.write('usage: electron APPLICATION\n');
  app.exit(2);
} else await start(resolve(named));

/** @param {string} path */
async function start(path) {
  const isFolder = statSync(path).isDirectory();
  const about = isFolder ? JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) : {};
  const name = about.productName ?? about.name;
  if (name !== undefined) app.setName(name);
  if (about.version !== undefined) app.setVersion(about.version);
  if (!app.commandLine.hasSwitch('user-data-dir')) app.setPath('userData', join(app.getPath('appData'), app.getName()));
  Object.assign(process, { defaultApp: true });
  app.setAppPath(isFolder ? path : dirname(path));
  try {
    await import(pathToFileURL(isFolder ? join(path, about.main ?? 'index.js') : path).href);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    app.exit(1);
  }
}
