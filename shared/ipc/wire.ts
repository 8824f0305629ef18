/**
 * The names of the two Electron channels for calls and pushes. Separate from the table, so that the preload script
 * stays small.
 */
export const CALL_CHANNEL = 'crewlane:call';
export const PUSH_CHANNEL = 'crewlane:push';
