import { Component, type ReactNode } from 'react';

/** Catches the failure of a panel, so that the crew, the canvas and the run continue. */
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
