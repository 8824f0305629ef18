import './model-text.css';
import { memo, useEffect, useRef, useState } from 'react';
import { printable } from '../../../shared/printable.ts';
import { Formatted } from './formatted.tsx';
import { cutIntoPieces, type Piece } from './pieces.ts';

/** A complete text up to this length, in UTF-16 units, is formatted as a whole. This takes a few milliseconds. */
const MAX_WHOLE_LENGTH = 30_000;
/**
 * The last piece of a growing text is formatted at each addition up to this length, and shown as plain text beyond it.
 */
const MAX_GROWING_LENGTH = 4_000;
/** The distance from the viewport at which pieces are formatted, so that the change is not visible while scrolling. */
const FORMATTING_MARGIN = '1200px';

/**
 * Renders a model's text as formatted Markdown. HTML in the text is shown as text, and nothing in it can run. The cost
 * of rendering depends on the visible part, not on the length: the rest is in the page as plain text.
 */
export const ModelText = memo(function ModelText({ text }: { text: string }) {
  if (text.length > MAX_WHOLE_LENGTH) return <Pieces text={text} isGrowing={false} />;
  return (
    <div className="model-text selectable">
      <Formatted text={printable(text)} />
    </div>
  );
});

/** Renders an answer that is still growing. Each addition costs as much as its last block. */
export function GrowingText({ text }: { text: string }) {
  return <Pieces text={text} isGrowing />;
}

function Pieces({ text, isGrowing }: { text: string; isGrowing: boolean }) {
  const pieces = usePieces(text);
  return (
    <div className="model-text selectable">
      {pieces.map((piece, at) => (
        // A piece is identified by its position, which is stable: pieces are only appended.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <ShownPiece key={at} {...piece} isGrowing={isGrowing && at === pieces.length - 1} />
      ))}
    </div>
  );
}

/** The pieces of a text. In most cases the text continues the one of the previous render, and its pieces are reused. */
function usePieces(text: string): readonly Piece[] {
  const last = useRef<{ text: string; pieces: readonly Piece[] }>({ text: '', pieces: [] });
  if (last.current.text !== text) {
    const before = text.startsWith(last.current.text) ? last.current.pieces : [];
    last.current = { text, pieces: cutIntoPieces(text, before) };
  }
  return last.current.pieces;
}

const ShownPiece = memo(function ShownPiece({ text, cut, isGrowing }: Piece & { isGrowing: boolean }) {
  const element = useRef<HTMLDivElement>(null);
  const isNear = useIsNear(element);
  const shown = printable(text);
  const isPlain = cut || !isNear || (isGrowing && text.length > MAX_GROWING_LENGTH);
  return (
    <div ref={element} className={isPlain ? 'model-piece plain' : 'model-piece'}>
      {isPlain ? shown : <Formatted text={shown} />}
    </div>
  );
});

/**
 * Whether an element is or was near the viewport. Once true, it stays true, so that text that was read keeps its
 * layout.
 */
function useIsNear(element: React.RefObject<HTMLElement | null>): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (isNear || element.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setNear(true);
      },
      { rootMargin: FORMATTING_MARGIN },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element, isNear]);
  return isNear;
}
