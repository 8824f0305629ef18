import { formatDuration, formatNumber, formatPercent } from '../../../shared/figures/format.ts';
import { waitPhrase } from '../../../shared/figures/wait-reasons.ts';
import type { CriticalLink } from '../../../shared/run/critical-path.ts';
import { waitProperty } from '../../base/theme/wait-colors.ts';
import { Block, Share } from './figure.tsx';
import { longestLinks } from './longest-links.ts';

/**
 * The critical path of a large run has hundreds of short links that change all the time, so only the longest are
 * listed.
 */
const MAX_LINKS = 50;
/** A shorter link would be shown as 0.00 s. */
const SHOWN_FROM_MS = 5;

/** The critical path, with the length and the share of each link. */
export function CriticalPathBlock({ links }: { links: readonly CriticalLink[] }) {
  const visible = links.filter(({ start, end }) => end - start >= SHOWN_FROM_MS);
  const shown = longestLinks(visible, MAX_LINKS);
  return (
    <Block title="Critical path">
      {links.length === 0 && <p className="muted">No task has run.</p>}
      {shown.length < visible.length && (
        <p className="muted">{`The ${shown.length} longest of ${formatNumber(visible.length)} links, in order of time`}</p>
      )}
      {shown.map((link) => (
        <Share
          key={`${link.task} ${link.start}`}
          name={nameOf(link)}
          share={link.share ?? 0}
          value={shareText(link)}
          color={link.reason === null ? 'var(--critical)' : `var(${waitProperty(link.reason)})`}
        />
      ))}
    </Block>
  );
}

function nameOf({ task, kind, reason, blocker }: CriticalLink): string {
  if (reason === null) return kind === 'recording' ? `end of ${task} recorded` : task;
  return `${task} waits ${waitPhrase(reason)}${reason === 'starting' && blocker !== null ? ` (${blocker})` : ''}`;
}

/** A pause is not part of the makespan, so it has a length but no share. */
function shareText({ start, end, shownThousandths }: CriticalLink): string {
  const length = formatDuration(end - start);
  return shownThousandths === null ? `${length} · paused` : `${length} · ${formatPercent(shownThousandths / 1000)}`;
}
