/** A document whose text must be extracted. */
export type DocumentKind = 'pdf' | 'docx' | 'xlsx' | 'html';

export interface DocumentRequest {
  kind: DocumentKind;
  /** The path for messages, relative to the workspace. */
  path: string;
  bytes: Uint8Array;
  /** Of a PDF: the first and the last page; null for all. */
  pages: readonly [number, number] | null;
  /** Of a workbook: the name or the number of the sheet; null for the first. */
  sheet: string | null;
  /** Of HTML: its text. */
  text: string | null;
}

/** `note`: which part of the document the text is; absent if it is all of it. */
export type DocumentText = { ok: true; text: string; note?: string } | { ok: false; text: string };

/** A page of a PDF (`p. 12`) or a sheet of a workbook (`sheet Costs`). `place` is empty for a document without parts. */
export interface DocumentPart {
  place: string;
  text: string;
}
/** `text`: why the document cannot be read. */
export type DocumentParts = { ok: true; parts: DocumentPart[] } | { ok: false; text: string };

/** The task of the thread that reads documents. */
export type DocumentTask =
  | { want: 'text'; request: DocumentRequest }
  | { want: 'parts'; request: Omit<DocumentRequest, 'pages' | 'sheet'> };

const decoder = new TextDecoder('latin1');

/** Returns the kind of a document by its first bytes and its name; null for everything that is read as text. */
export function documentKind(path: string, bytes: Uint8Array): DocumentKind | null {
  const start = decoder.decode(bytes.subarray(0, 1024));
  // Some programs write a few bytes before the header.
  if (start.includes('%PDF-') && (start.startsWith('%PDF-') || /\.pdf$/i.test(path))) return 'pdf';
  if (start.startsWith('PK\x03\x04')) {
    if (/\.(docx|docm|dotx)$/i.test(path)) return 'docx';
    if (/\.(xlsx|xlsm|xltx)$/i.test(path)) return 'xlsx';
  }
  return /\.x?html?$/i.test(path) ? 'html' : null;
}
