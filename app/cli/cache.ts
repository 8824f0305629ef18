import { countOf, formatBytes, formatDateTime } from '../../shared/figures/format.ts';
import { printableJson } from '../../shared/printable.ts';
import { CacheStore } from '../engine/cache/cache-store.ts';
import { type CliContext, EXIT, type ExitCode } from './io.ts';
import { stripControlCharacters, table } from './text.ts';

/** Runs `cache [--clear] [--json]`: lists the cached results, the latest first, or removes all of them. */
export async function cache(
  { io, folders }: CliContext,
  { clear = false, json = false }: { clear?: boolean; json?: boolean },
): Promise<ExitCode> {
  const store = new CacheStore(folders.cache);
  if (clear) {
    const { entries, bytes } = await store.clear();
    if (json) io.stdout(`${printableJson({ removed: entries, bytes }, 2)}\n`);
    else io.stderr(`${countOf(entries, 'cached result')} removed, ${formatBytes(bytes)}.\n`);
    return EXIT.ok;
  }
  const stored = await store.list();
  if (json) {
    const rows = stored.map(({ task, crew, model, rehearsal, wall_ms, bytes, run }) => {
      return { task, crew, model, rehearsal, stored_at: new Date(wall_ms).toISOString(), bytes, run_id: run };
    });
    io.stdout(`${printableJson(rows, 2)}\n`);
    return EXIT.ok;
  }
  const utcOffsetMin = -new Date().getTimezoneOffset();
  const rows = stored.map(({ task, crew, model, rehearsal, wall_ms, bytes, run }) => [
    stripControlCharacters(task),
    stripControlCharacters(crew),
    rehearsal ? 'rehearsal' : stripControlCharacters(model),
    formatDateTime({ wallMs: wall_ms, utcOffsetMin }),
    formatBytes(bytes),
    run,
  ]);
  io.stdout(rows.length === 0 ? '' : table(rows));
  const bytes = stored.reduce((sum, entry) => sum + entry.bytes, 0);
  if (rows.length === 0) io.stderr(`The cache in ${folders.cache} is empty.\n`);
  else
    io.stderr(
      `${countOf(rows.length, 'cached result')}, ${formatBytes(bytes)} in ${folders.cache}. Use --clear to remove them.\n`,
    );
  return EXIT.ok;
}
