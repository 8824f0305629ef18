import { WAIT_REASON_LOOKS } from '../../../shared/figures/wait-reasons.ts';
import { WAIT_REASONS, type WaitReason } from '../../../shared/run/wait-reason.ts';

/** The custom property with the color of a reason for waiting. */
export function waitProperty(reason: WaitReason): string {
  return `--wait-${reason.replace('_', '-')}`;
}

/** Defines the colors of all reasons for waiting, for dark and light, from the table that the reports use. */
export function defineWaitColors(): void {
  const declarations = (theme: 'light' | 'dark') =>
    WAIT_REASONS.map((reason) => `${waitProperty(reason)}: ${WAIT_REASON_LOOKS[reason][theme]};`).join(' ');
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    `:root { ${declarations('dark')} } @media (prefers-color-scheme: light) { :root { ${declarations('light')} } }`,
  );
  document.adoptedStyleSheets.push(sheet);
}
