import { dirname } from 'node:path';
import { askForTrust } from './dialogs.ts';
import type { Handlers } from './ipc.ts';
import type { Session, Sessions } from './session.ts';
import type { Trust } from './trust.ts';

type TrustCalls = Pick<Handlers<Session>, 'trust.crew' | 'trust.list' | 'trust.revoke'>;

/** Handles the window's calls about trust. */
export function trustCalls(trust: Trust, sessions: Sessions): TrustCalls {
  return {
    'trust.crew': async (session) => {
      const message = await decideTrust(session, trust);
      return message === null ? { status: 'done' } : { status: 'failed', message };
    },
    'trust.list': () => trust.list(),
    'trust.revoke': async (_session, entry) => {
      const message = entry.kind === 'path' ? await trust.revoke(entry.path) : await trust.revokeContent(entry.sha256);
      for (const session of sessions.all())
        if (session.origin === 'trusted')
          session.origin = await trust.originOf(session.document.crew, session.document.path);
      return message === null ? { status: 'done' } : { status: 'failed', message };
    },
  };
}

/** Asks about the crew of a window as it is now, and stores the answer. Returns why that failed, or null. */
export async function decideTrust(session: Session, trust: Trust): Promise<string | null> {
  const { crew, path } = session.document;
  const reviewed = await trust.review(crew, path);
  if (!reviewed.ok) return reviewed.message;
  const { permissions } = reviewed;
  const folder = path === null ? null : dirname(path);
  const answer = await askForTrust(session.window, { crew: crew.name, folder, isForeign: true, permissions });
  if (answer === 'not_now') return null;
  const inFolder = answer === 'folder' && folder !== null ? await trust.trustFolder(folder) : null;
  const message = inFolder ?? (await trust.trustCrew(crew, path, permissions));
  await trust.decided(session);
  return message;
}
