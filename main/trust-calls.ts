import { dirname } from 'node:path';
import type { Permission } from '../shared/trust/permissions.ts';
import { askForTrust } from './dialogs.ts';
import type { Handlers } from './ipc.ts';
import type { Session, Sessions } from './session.ts';
import type { Trust } from './trust.ts';

type TrustCalls = Pick<Handlers<Session>, 'trust.crew' | 'trust.list' | 'trust.revoke'>;

/** What the window asks about trust. */
export function trustCalls(trust: Trust, sessions: Sessions): TrustCalls {
  return {
    'trust.crew': async (session) => {
      const { project } = session.document;
      const reviewed = await trust.review(project, session.document.path);
      if (!reviewed.ok) return { status: 'failed', message: reviewed.message };
      const message = await decideTrust(session, reviewed.permissions, trust);
      return message === null ? { status: 'done' } : { status: 'failed', message };
    },
    'trust.list': () => trust.list(),
    'trust.revoke': async (_session, entry) => {
      const message = entry.kind === 'path' ? await trust.revoke(entry.path) : await trust.revokeContent(entry.sha256);
      for (const session of sessions.all())
        if (session.origin === 'trusted')
          session.origin = await trust.originOf(session.document.project, session.document.path);
      return message === null ? { status: 'done' } : { status: 'failed', message };
    },
  };
}

/** Asks about the crew of a window and stores the answer. Returns why it could not be stored, or null. */
async function decideTrust(session: Session, permissions: readonly Permission[], trust: Trust): Promise<string | null> {
  const { project, path } = session.document;
  const folder = path === null ? null : dirname(path);
  const sentences = permissions.map(({ sentence }) => sentence);
  const answer = await askForTrust(session.window, { crew: project.name, folder, isForeign: true, sentences });
  if (answer === 'not_now') return null;
  const inFolder = answer === 'folder' && folder !== null ? await trust.trustFolder(folder) : null;
  const message = inFolder ?? (await trust.trustCrew(project, path, permissions));
  if (message === null) session.origin = 'trusted';
  return message;
}
