/** Returns the entry of `known` that `name` probably misspells (another case, or a few different letters), or null. */
export function nearestName(name: string, known: Iterable<string>): string | null {
  const most = Math.max(1, Math.floor(name.length / 4));
  let nearest: string | null = null;
  let least = most + 1;
  for (const other of known) {
    if (other === name || Math.abs(other.length - name.length) > most + 2) continue;
    const distance = editDistance(plain(name), plain(other));
    if (distance >= least) continue;
    nearest = other;
    least = distance;
  }
  return nearest;
}

/** Removes case, spaces and separators, which people spell differently. */
function plain(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '');
}

/** Returns the number of letters to insert, delete or replace (Levenshtein distance). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
