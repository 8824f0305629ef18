import type { DataFolders } from '../app/launch/data-folder.ts';
import { storedServerTools, testServer } from '../app/launch/test-server.ts';
import { allowServer, serverConsent } from '../app/launch/trust/permit-server.ts';
import type { ListedTool, ServerTest } from '../shared/ipc/values.ts';
import { askForConsent } from './dialogs.ts';
import type { Handlers } from './ipc.ts';
import type { KeyStore } from './keys.ts';
import type { Session } from './session.ts';
import type { Trust } from './trust.ts';
import { decideTrust } from './trust-calls.ts';

interface Parts {
  folders: DataFolders;
  keys: KeyStore;
  trust: Trust;
}

/** Handles the window's calls about the servers of its crew. */
export function serverCalls({
  folders,
  keys,
  trust,
}: Parts): Pick<Handlers<Session>, 'servers.tools' | 'servers.test'> {
  return {
    'servers.tools': async ({ document: { crew, path } }) => {
      const known = await storedServerTools(crew, path, folders);
      return Object.fromEntries([...known].map(([server, tools]) => [server, tools.map(listed)]));
    },
    'servers.test': async (session, { server }): Promise<ServerTest> => {
      const { crew, path } = session.document;
      const refusal = await permit(session, server, { folders, trust });
      if (refusal !== null) return refusal;
      const keyFor = (provider: string, origin: string) => keys.get(provider, origin);
      const tested = await testServer({ crew, file: path, server, keyFor, folders });
      if (!tested.ok) return { status: 'failed', message: tested.message };
      return { status: 'started', tools: tested.tools.map(listed), ms: tested.ms };
    },
  };
}

/** Asks the person about the server if that is needed. @returns why it may not start; null if it may */
async function permit(
  session: Session,
  server: string,
  { folders, trust }: Omit<Parts, 'keys'>,
): Promise<Exclude<ServerTest, { status: 'started' }> | null> {
  const { crew, path: file } = session.document;
  if (session.origin === 'foreign') {
    const failure = await decideTrust(session, trust);
    if (failure !== null) return { status: 'failed', message: failure };
  }
  const consent = await serverConsent({ crew, server, file, origin: session.origin }, folders);
  if (consent === null) return null;
  const isTrusted = session.origin !== 'foreign';
  if (!isTrusted || (await askForConsent(session.window, consent)) === 'not_now') return { status: 'cancelled' };
  const failure = await allowServer(consent, folders);
  return failure === null ? null : { status: 'failed', message: failure };
}

function listed({ name, model_name, description }: ListedTool): ListedTool {
  return { name, model_name, description };
}
