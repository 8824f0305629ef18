/**
 * Returns the name of a new run: its start in UTC to the millisecond, then random digits, so that names sort by time
 * and are unique: `20261124T091933417-4f9a1c`.
 */
export function newRunId(wallMs: number, random: () => number): string {
  const time = new Date(wallMs).toISOString().replace(/[-:.Z]/g, '');
  const chance = Math.floor(random() * 0x1000000)
    .toString(16)
    .padStart(6, '0');
  return `${time}-${chance}`;
}
