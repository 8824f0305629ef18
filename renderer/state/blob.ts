import { useEffect, useState } from 'react';
import { call } from '../base/bridge.ts';

/** A text that is read on request. */
export type Loaded = { status: 'loading' } | { status: 'loaded'; text: string } | { status: 'failed'; message: string };

const LOADING: Loaded = { status: 'loading' };

/** The text of a blob of a run; a null hash reads nothing. */
export function useBlob(run: string | null, blob: string | null): Loaded {
  const [loaded, setLoaded] = useState<Loaded>(LOADING);
  useEffect(() => {
    if (run === null || blob === null) return;
    let isWanted = true;
    setLoaded(LOADING);
    call('run.blob', { run, blob }).then(
      ({ text }) => isWanted && setLoaded({ status: 'loaded', text }),
      (error: unknown) => isWanted && setLoaded({ status: 'failed', message: readFailure(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [run, blob]);
  return loaded;
}

function readFailure(error: unknown): string {
  return `Could not read this text from the run's folder (${error instanceof Error ? error.message : String(error)}).`;
}
