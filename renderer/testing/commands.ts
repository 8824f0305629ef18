import { createElement, type ReactNode } from 'react';
import { REGISTRY } from '../contributions.ts';
import { performNamed } from '../state/command.ts';
import { RegistryContext } from '../state/contribution.ts';
import { win } from './window.ts';

/** Performs a command of the window as the native menu does. */
export function executeCommand(name: string): void {
  performNamed(win, REGISTRY.commands, name);
}

/** An element inside the window's registry. */
export function withRegistry(children: ReactNode): ReactNode {
  return createElement(RegistryContext, { value: REGISTRY }, children);
}
