import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { protocol } from 'electron';
import { pageFileOf } from './page-file.ts';

/** The window's own URL scheme, which serves only files of the built renderer. */
const SCHEME = 'crewlane';
export const APP_ORIGIN = `${SCHEME}://app`;
export const APP_PAGE = `${APP_ORIGIN}/index.html`;

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** Must be called before the application is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the built renderer from `folder`, each page with its own policy and style nonce. */
export function serveRenderer(folder: string): void {
  protocol.handle(SCHEME, async (request) => {
    const path = pageFileOf(folder, request.url);
    const type = path === null ? undefined : TYPES[extname(path)];
    if (path === null || type === undefined) return new Response('not found', { status: 404 });
    const content = await readFile(path).catch(() => null);
    if (content === null) return new Response('not found', { status: 404 });
    if (extname(path) !== '.html') return new Response(new Uint8Array(content), { headers: headers(type) });
    const nonce = randomBytes(16).toString('base64');
    const page = content.toString('utf8').replace('<head>', `<head><meta name="style-nonce" content="${nonce}">`);
    return new Response(page, { headers: headers(type, nonce) });
  });
}

function headers(type: string, nonce?: string): Record<string, string> {
  return { 'content-type': type, 'content-security-policy': policy(nonce), 'x-content-type-options': 'nosniff' };
}

/**
 * Allows the application's own scripts and styles; style elements that a library creates have the page's nonce. No text
 * can become markup or code: the page defines only one policy of trusted types, for its workers.
 */
function policy(nonce?: string): string {
  const styles = nonce === undefined ? "'self'" : `'self' 'nonce-${nonce}'`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${styles}`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ');
}
