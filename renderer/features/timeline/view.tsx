import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { countOf } from '../../../shared/figures/format.ts';
import { curvesOf } from '../../state/curves/curves.ts';
import { runNow } from '../../state/run.ts';
import { keyParts, select, useUi } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';
import { TimelineDriver } from './driver.ts';
import { matcher } from './filter.ts';
import type { Hit } from './hit.ts';
import { type BarPosition, barAt } from './keyboard-navigation.ts';
import { handleTimelineKey } from './keys.ts';
import { layoutOf, type TimelineLayout } from './layout.ts';
import { GUTTER } from './metrics.ts';
import { timelineOptions, toggleGroup, useTimeline } from './options.ts';
import type { PaintFailure } from './paint-part.ts';
import type { TimelineSource } from './source.ts';
import { TimelineTooltip } from './tooltip.tsx';
import { taskOf } from './tooltip-facts.ts';

const WHEEL_ZOOM = 0.0018;
/** The maximum pointer movement in pixels between press and release of a click. */
const CLICK_SLACK = 4;

interface Hovered {
  hit: Hit;
  x: number;
  y: number;
}

type Predicted = TimelineSource['prediction']['tasks'];

/** The canvas and its gestures. React renders when the scene changes; the driver draws the frames. */
export function TimelineView({ source, predicted }: { source: TimelineSource; predicted: Predicted }) {
  const win = useWindowState();
  const holder = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const driver = useRef<TimelineDriver | null>(null);
  const [hovered, setHovered] = useState<Hovered | null>(null);
  const [place, setPlace] = useState<BarPosition | null>(null);
  const { by, prediction, filter, span, follow, collapsed } = useTimeline((options) => options);
  const critical = useUi((ui) => ui.criticalPath);
  const chosen = useUi((ui) => chosenTask(ui.selection));

  const layout = useMemo(
    () => layoutOf({ ...source, by, predicted, critical: source.critical, collapsed }),
    [source, by, predicted, collapsed],
  );
  const curves = useMemo(() => (source.isPreview ? [] : curvesOf(source)), [source]);
  const dimmed = useMemo(() => matcher(filter, source.state), [filter, source]);

  const [failures, setFailures] = useState<readonly PaintFailure[]>([]);
  const onFailure = useCallback((failure: PaintFailure) => {
    setFailures((before) => [...before, failure]);
    reportError(new Error(`Timeline, ${failure.part}: ${errorText(failure.error)}`, { cause: failure.error }));
  }, []);
  useDriver(holder, canvas, driver, onFailure);
  useEffect(() => {
    const now = source.isPreview ? () => 0 : () => runNow(win);
    driver.current?.draw({ layout, curves, live: source.live, now, dimmed, chosen, span, prediction, critical });
  }, [layout, curves, source, dimmed, chosen, span, prediction, critical, win]);
  useEffect(() => {
    if (driver.current?.camera.follow === follow) return;
    if (follow) driver.current?.follow();
    else driver.current?.unfollow();
  }, [follow]);
  useWheel(canvas, driver);
  const drag = useDrag(driver, setHovered);

  const go = useCallback(
    (to: BarPosition | null) => {
      const bar = barAt(layout.rows, to);
      if (!to || !bar) return;
      setPlace(to);
      select(win, `task:${bar.task}`);
      driver.current?.reveal(to.row, bar.start);
    },
    [layout, win],
  );

  return (
    <div ref={holder} className="timeline-view">
      <canvas
        ref={canvas}
        tabIndex={0}
        role="img"
        data-keys="timeline"
        aria-label={describe(layout, source)}
        onPointerDown={drag.down}
        onPointerMove={drag.move}
        onPointerUp={drag.up}
        onPointerLeave={drag.leave}
        onDoubleClick={() => driver.current?.showWhole()}
        onKeyDown={(event) => {
          if (driver.current && handleTimelineKey(win, event, driver.current, layout, place, go))
            event.preventDefault();
        }}
      />
      {hovered && <TimelineTooltip {...hovered} {...sizeOf(holder.current)} source={source} />}
      {failures.length > 0 && <NotDrawn failures={failures} />}
      <span className="hidden" aria-live="polite">
        {announce(layout, place)}
      </span>
    </div>
  );
}

/** The parts of the timeline that could not be drawn. */
function NotDrawn({ failures }: { failures: readonly PaintFailure[] }) {
  const details = failures.map(({ part, error }) => `${part}: ${errorText(error)}`).join('\n');
  return (
    <p className="timeline-note timeline-failures" role="status" title={details}>
      Not drawn because of an error: {failures.map(({ part }) => part).join(', ')}. The table has the same content.
    </p>
  );
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function useDriver(
  holder: React.RefObject<HTMLDivElement | null>,
  canvas: React.RefObject<HTMLCanvasElement | null>,
  driver: React.RefObject<TimelineDriver | null>,
  onFailure: (failure: PaintFailure) => void,
): void {
  const win = useWindowState();
  useEffect(() => {
    const box = holder.current;
    if (!box || !canvas.current) return;
    const onFollow = (follow: boolean) => timelineOptions(win).setState({ follow });
    const made = new TimelineDriver(canvas.current, onFollow, onFailure, win.activities);
    driver.current = made;
    const sizes = new ResizeObserver(([entry]) => {
      if (entry) made.resize(Math.floor(entry.contentRect.width), Math.floor(entry.contentRect.height));
    });
    sizes.observe(box);
    const scheme = window.matchMedia('(prefers-color-scheme: dark)');
    const onTheme = () => made.themeChanged();
    scheme.addEventListener('change', onTheme);
    return () => {
      sizes.disconnect();
      scheme.removeEventListener('change', onTheme);
      made.stop();
      driver.current = null;
    };
  }, [holder, canvas, driver, onFailure, win]);
}

/** React adds passive wheel listeners, which cannot prevent the page from zooming. */
function useWheel(
  canvas: React.RefObject<HTMLCanvasElement | null>,
  driver: React.RefObject<TimelineDriver | null>,
): void {
  useEffect(() => {
    const element = canvas.current;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const timeline = driver.current;
      if (!timeline) return;
      const isOverNames = event.offsetX < GUTTER;
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) timeline.pan(event.deltaX, 0);
      else if (isOverNames || event.shiftKey) timeline.scroll(event.offsetY, event.deltaY);
      else timeline.zoom(event.offsetX, Math.exp(-event.deltaY * WHEEL_ZOOM));
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [canvas, driver]);
}

interface Press {
  x: number;
  y: number;
  lastX: number;
  lastY: number;
  /** A drag on the ruler or the curves, or with Shift, selects a range; any other drag pans. */
  marks: boolean;
  moved: boolean;
}

function useDrag(driver: React.RefObject<TimelineDriver | null>, setHovered: (hovered: Hovered | null) => void) {
  const win = useWindowState();
  const press = useRef<Press | null>(null);
  const down = (event: React.PointerEvent<HTMLCanvasElement>) => {
    if (event.button !== 0) return;
    const { offsetX: x, offsetY: y } = event.nativeEvent;
    event.currentTarget.setPointerCapture(event.pointerId);
    press.current = {
      x,
      y,
      lastX: x,
      lastY: y,
      marks: event.shiftKey || (driver.current?.marksAt(y) ?? false),
      moved: false,
    };
    setHovered(null);
  };
  const move = (event: React.PointerEvent<HTMLCanvasElement>) => {
    const { offsetX: x, offsetY: y } = event.nativeEvent;
    const timeline = driver.current;
    if (!timeline) return;
    const pressed = press.current;
    if (!pressed) {
      const hit = timeline.hoverAt(x, y);
      setHovered(hit ? { hit, x, y } : null);
      return;
    }
    pressed.moved ||= Math.hypot(x - pressed.x, y - pressed.y) > CLICK_SLACK;
    if (!pressed.moved) return;
    if (pressed.marks) timelineOptions(win).setState({ span: spanOf(timeline, pressed.x, x) });
    else timeline.pan(pressed.lastX - x, pressed.lastY - y);
    pressed.lastX = x;
    pressed.lastY = y;
  };
  const up = (event: React.PointerEvent<HTMLCanvasElement>) => {
    const pressed = press.current;
    press.current = null;
    if (!pressed || pressed.moved) return;
    const lane = driver.current?.labelAt(event.nativeEvent.offsetX, event.nativeEvent.offsetY) ?? null;
    if (lane !== null && lane.group.isCollapsed !== null) return toggleGroup(win, lane.key);
    const hit = driver.current?.hit(event.nativeEvent.offsetX, event.nativeEvent.offsetY) ?? null;
    const task = hit ? taskOf(hit) : null;
    if (task !== null) select(win, `task:${task}`);
    else if (!hit) timelineOptions(win).setState({ span: null });
  };
  const leave = () => {
    driver.current?.leave();
    setHovered(null);
  };
  return { down, move, up, leave };
}

function spanOf(timeline: TimelineDriver, a: number, b: number) {
  const [from, to] = [timeline.timeAt(Math.min(a, b)), timeline.timeAt(Math.max(a, b))];
  return { from: Math.max(0, from), to: Math.max(0, to) };
}

function sizeOf(box: HTMLElement | null): { width: number; height: number } {
  return { width: box?.clientWidth ?? 0, height: box?.clientHeight ?? 0 };
}

function chosenTask(selection: readonly string[]): string | null {
  const [only] = selection;
  const parts = only === undefined ? null : keyParts(only);
  return parts?.kind === 'task' ? parts.name : null;
}

function describe(layout: TimelineLayout, { state }: TimelineSource): string {
  return `${countOf(state.turns.length, 'bar')} in ${countOf(layout.lanes.length, 'lane')}. Use the arrow keys to move between bars.`;
}

function announce(layout: TimelineLayout, place: BarPosition | null): string {
  const bar = barAt(layout.rows, place);
  return bar ? `${bar.label}, ${bar.style}, slot ${bar.turn.slot}` : '';
}
