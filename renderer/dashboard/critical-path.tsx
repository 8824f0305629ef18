import { formatNumber, formatPercent, formatSeconds } from '../../app/reports/format.ts';
import type { CriticalLink } from '../../shared/run/critical-path.ts';
import { WAIT_PROPERTY } from '../timeline/palette.ts';
import { REASON } from '../timeline/words.ts';
import { Block, Share } from './figure.tsx';
import { longestLinks } from './longest-links.ts';

/** That of a large run has hundreds of links, most of them too short to matter, and all are others at each moment of it. */
const MOST_LINKS = 50;

export function CriticalPathBlock({ links }: { links: readonly CriticalLink[] }) {
  const shown = longestLinks(links, MOST_LINKS);
  return (
    <Block title="Critical path">
      {links.length === 0 && <p className="muted">Nothing has run.</p>}
      {shown.length < links.length && (
        <p className="muted">{`The ${shown.length} longest of ${formatNumber(links.length)} links, in the order of time`}</p>
      )}
      {shown.map((link) => (
        <Share
          key={`${link.task} ${link.start}`}
          name={link.reason === null ? link.task : `${link.task} waits ${REASON[link.reason]}`}
          share={link.share}
          value={`${formatSeconds(link.end - link.start)} · ${formatPercent(link.share)}`}
          color={link.reason === null ? 'var(--critical)' : `var(${WAIT_PROPERTY[link.reason]})`}
        />
      ))}
    </Block>
  );
}
