import { z } from 'zod';
import { printableLine } from '../printable.ts';
import { Code, type SourceValue } from './source.ts';

/** The longest excerpt of a foreign value in a report, in characters. */
const MAX_EXCERPT = 120;

const text = z.string();

/** What an import or export did: the file format stores it in `extras.import`, and the window shows it in two columns. */
export const conversionReportSchema = z.object({
  /** The format that was read or written: `crewai` or `rcrewai`. */
  from: text,
  /** What was converted into something else than a key of the same name. */
  taken: z.array(z.object({ path: text, what: text })),
  /** What has no equivalent. */
  left_out: z.array(z.object({ path: text, what: text, why: text, instead: text })),
});
export type ConversionReport = z.infer<typeof conversionReportSchema>;

/** Why a value has no equivalent, and what to do instead. */
export interface Reason {
  why: string;
  instead: string;
}

/** Collects the entries of a report in order. */
export class Notes {
  readonly #report: ConversionReport;
  readonly #path: string;

  private constructor(report: ConversionReport, path: string) {
    this.#report = report;
    this.#path = path;
  }

  static start(from: string): Notes {
    return new Notes({ from, taken: [], left_out: [] }, '');
  }

  /** Returns the same report for entries at another location. */
  at(path: string): Notes {
    return new Notes(this.#report, path);
  }

  /** Returns the same report for entries at a key or position below this location, which is a file or a part of one. */
  below(step: string | number): Notes {
    if (typeof step === 'number') return this.at(`${this.#path}[${step}]`);
    const separator = this.#path === '' ? '' : this.#path.includes(': ') ? '.' : ': ';
    return this.at(`${this.#path}${separator}${step}`);
  }

  taken(what: string): void {
    this.#report.taken.push({ path: this.#path, what: printableLine(what) });
  }

  leftOut(what: string, { why, instead }: Reason): void {
    this.#report.left_out.push({
      path: this.#path,
      what: printableLine(what),
      why: printableLine(why),
      instead: printableLine(instead),
    });
  }

  report(): ConversionReport {
    return this.#report;
  }
}

/** Returns a foreign value as a short text for a report. */
export function excerpt(value: SourceValue): string {
  const whole = value instanceof Code ? value.text : typeof value === 'string' ? value : jsonText(value);
  const line = printableLine(whole);
  return line.length <= MAX_EXCERPT ? line : `${line.slice(0, MAX_EXCERPT - 1)}…`;
}

function jsonText(value: SourceValue): string {
  return JSON.stringify(value, (_key, inner: unknown) => (inner instanceof Code ? inner.text : inner));
}
