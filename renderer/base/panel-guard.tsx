import { Component, type ReactNode } from 'react';

/** Keeps the failure of a panel inside it: the crew, its canvas and the run go on. */
export class PanelGuard extends Component<{ children: ReactNode }, { problem: string | null }> {
  override state: { problem: string | null } = { problem: null };

  static getDerivedStateFromError(error: unknown): { problem: string } {
    return { problem: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    const { problem } = this.state;
    if (problem === null) return this.props.children;
    return (
      <div className="empty" role="alert">
        <strong>This panel cannot be shown</strong>
        <span>{problem}</span>
        <button type="button" className="button" onClick={() => this.setState({ problem: null })}>
          Try again
        </button>
      </div>
    );
  }
}
