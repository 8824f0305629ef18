// Computes how regularly something happens. The tool `rhythm` of release_rhythm.crew.json calls it.
export default ({ dates }) => {
  const days = dates.map((date) => Date.parse(date) / 86_400_000).sort((a, b) => a - b);
  if (days.some(Number.isNaN)) throw new Error('Give dates such as 2026-01-31.');
  const gaps = days.slice(1).map((day, index) => Math.round(day - days[index])).sort((a, b) => a - b);
  if (gaps.length === 0) throw new Error('Give at least two dates.');
  return { gaps: gaps.length, shortest: gaps[0], median: gaps[gaps.length >> 1], longest: gaps.at(-1) };
};
