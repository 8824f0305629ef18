import readWorkbook, { type CellValue } from 'read-excel-file/node';
import type { DocumentPart, DocumentText } from './document.ts';

/**
 * Returns a sheet of an Excel workbook as CSV. @param wanted the name or the number of the sheet; null for the first
 */
export async function xlsxText(path: string, bytes: Uint8Array, wanted: string | null): Promise<DocumentText> {
  const sheets = await readWorkbook(Buffer.from(bytes));
  const names = sheets.map(({ sheet }) => sheet);
  const same = (name: string) => name.normalize('NFC').toLowerCase();
  const found =
    wanted === null
      ? sheets[0]
      : (sheets.find(({ sheet }) => same(sheet) === same(wanted)) ?? sheets[Number(wanted) - 1]);
  if (found === undefined) {
    return {
      ok: false,
      text: `${path} has no sheet ${JSON.stringify(wanted ?? '')}. Its sheets are: ${names.join(', ')}.`,
    };
  }
  const text = csvOf(found.data);
  return names.length === 1
    ? { ok: true, text }
    : { ok: true, text, note: `sheet "${found.sheet}"; the sheets are: ${names.join(', ')}` };
}

/** Returns each sheet of an Excel workbook as CSV. */
export async function xlsxParts(bytes: Uint8Array): Promise<DocumentPart[]> {
  const sheets = await readWorkbook(Buffer.from(bytes));
  return sheets.map(({ sheet, data }) => ({ place: `sheet ${sheet}`, text: csvOf(data) }));
}

function csvOf(rows: readonly (readonly (CellValue | null)[])[]): string {
  return rows.map((row) => row.map(cell).join(',')).join('\n');
}

function cell(value: CellValue | null): string {
  if (value === null) return '';
  if (value instanceof Date) return dateText(value);
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A date without a time of day is a date. */
function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return '';
  const iso = date.toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19).replace('T', ' ');
}
