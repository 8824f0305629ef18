import { create } from 'zustand';
import type { OpenReview } from '../../../shared/run/review.ts';

/** What a person has written and not said yet. */
export interface Draft {
  remark: string;
  /** Their own words in place of the result; null while they do not edit it. */
  text: string | null;
}

const NOTHING: Draft = { remark: '', text: null };

/** Drafts outlive the inbox, so that nothing is lost by closing it or by looking at another review. */
const useDrafts = create<{ drafts: ReadonlyMap<string, Draft> }>()(() => ({ drafts: new Map() }));

/** A question's own: one that is asked again later is another. */
export function reviewKey(run: string, { task, since }: OpenReview): string {
  return `${run} ${task.name} ${since}`;
}

export function useDraft(key: string): Draft {
  return useDrafts(({ drafts }) => drafts.get(key) ?? NOTHING);
}

export function changeDraft(key: string, change: Partial<Draft>): void {
  useDrafts.setState(({ drafts }) => {
    const changed = new Map(drafts);
    return { drafts: changed.set(key, { ...(drafts.get(key) ?? NOTHING), ...change }) };
  });
}

/** The question has been answered. */
export function dropDraft(key: string): void {
  useDrafts.setState(({ drafts }) => ({ drafts: new Map([...drafts].filter(([one]) => one !== key)) }));
}
