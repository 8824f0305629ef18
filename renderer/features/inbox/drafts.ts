import { createStore } from 'zustand/vanilla';
import type { OpenQuestion } from '../../../shared/run/questions.ts';
import type { OpenReview } from '../../../shared/run/review.ts';
import { perWindow, storeHook, type WindowState } from '../../state/window-state.ts';

/** An unsent answer of a person. */
export interface Draft {
  remark: string;
  /** The person's edited result; null while the person is not editing it. */
  text: string | null;
}

const NOTHING: Draft = { remark: '', text: null };

/** Drafts survive closing the inbox and switching to another review. */
const draftsOf = perWindow(() => createStore<{ drafts: ReadonlyMap<string, Draft> }>()(() => ({ drafts: new Map() })));
const useDrafts = storeHook(draftsOf);

/** The key of one question. The same question asked again later has another key. */
export function reviewKey(run: string, { task, since }: OpenReview): string {
  return `${run} ${task.name} ${since}`;
}

/** The key of one question of a running turn. */
export function questionKey(run: string, { task, question }: OpenQuestion): string {
  return `${run} ${task.name} ${question.id} ${question.start}`;
}

/** The unfinished answer to a question, which is kept while another question is shown. */
export function useDraft(key: string): Draft {
  return useDrafts(({ drafts }) => drafts.get(key) ?? NOTHING);
}

/** Changes parts of an unfinished answer. */
export function changeDraft(win: WindowState, key: string, change: Partial<Draft>): void {
  draftsOf(win).setState(({ drafts }) => {
    const changed = new Map(drafts);
    return { drafts: changed.set(key, { ...(drafts.get(key) ?? NOTHING), ...change }) };
  });
}

/** Removes the draft of an answered question. */
export function dropDraft(win: WindowState, key: string): void {
  draftsOf(win).setState(({ drafts }) => ({ drafts: new Map([...drafts].filter(([one]) => one !== key)) }));
}
