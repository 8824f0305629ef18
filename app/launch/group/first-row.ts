import type { GroupHandle, GroupRow } from './group-handle.ts';

/**
 * Waits until the first unfinished row of a group runs or has ended. Rows that cannot be started do not count. Returns
 * null if no row could be started; rejects if the group fails.
 */
export function firstRow(group: Pick<GroupHandle, 'rows' | 'subscribe' | 'done'>): Promise<GroupRow | null> {
  const left = group.rows.filter(({ status }) => status !== 'ended');
  return new Promise((resolve, reject) => {
    const look = () => {
      const row = left.find(({ end }) => end?.status !== 'refused');
      if (row?.status === 'running' || row?.status === 'ended') resolve(row);
    };
    const unsubscribe = group.subscribe(look);
    look();
    group.done.then(() => resolve(null), reject).finally(unsubscribe);
  });
}
