import { app, session } from 'electron';

/** Chromium's code for a navigation that was refused: the page before it stays. */
const ABORTED = -3;

/**
 * Confines every page of the application: it cannot navigate elsewhere, open windows, embed pages, send packets to
 * other machines, or use devices. Downloads are refused.
 * @param page the address of the application's own page
 */
export function lockDown(page: string): void {
  const isPage = (url: string) => addressOf(url) === addressOf(page);
  app.on('web-contents-created', (_event, contents) => {
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
    contents.on('will-frame-navigate', (event) => {
      if (!event.isMainFrame || !isPage(event.url)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      if (!isPage(event.url)) event.preventDefault();
    });
    // Chromium shows about:blank and its own error page without asking, so the window returns from there.
    contents.on('did-navigate', (_navigated, url) => {
      if (!isPage(url)) void contents.loadURL(page);
    });
    contents.on('did-fail-load', (_failed, code, _description, url, isMainFrame) => {
      if (isMainFrame && code !== ABORTED && !isPage(url)) void contents.loadURL(page);
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  session.defaultSession.on('will-download', (event) => event.preventDefault());
}

/** An address without its query and fragment, and without the slash at its end. */
export function addressOf(url: string): string {
  const [address = ''] = url.split(/[?#]/);
  return address.replace(/\/$/, '');
}
