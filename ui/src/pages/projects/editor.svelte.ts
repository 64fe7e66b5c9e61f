// The one edit of a project that is under way. It outlives the page: what was typed is still there when one comes back.
import { call, commands, failureOf } from "../../seam";
import type { Failure, ProjectView } from "../../seam";
import { changesOf, draftOf, resetSoon } from "./edit";
import type { Draft } from "./edit";

class Editor {
  /** The project as it was when the edit began; null while nothing is edited. */
  project = $state.raw<ProjectView | null>(null);
  draft = $state<Draft>({});
  failure = $state.raw<Failure | null>(null);
  saving = $state(false);

  readonly changes = $derived(this.project === null ? [] : changesOf(this.project, this.draft));
  readonly dirty: boolean = $derived(this.changes.length > 0);
  readonly resetSoon: string[] = $derived(this.project === null ? [] : resetSoon(this.project, this.draft));

  begin(project: ProjectView): void {
    this.project = project;
    this.draft = draftOf(project);
    this.failure = null;
  }

  cancel(): void {
    this.project = null;
    this.draft = {};
    this.failure = null;
  }

  /** Sends what changed. The project as it is now, or null when it could not be saved; `failure` says why. */
  async save(): Promise<ProjectView | null> {
    const project = this.project;
    if (project === null || this.saving) return null;
    if (this.changes.length === 0) {
      this.cancel();
      return project;
    }
    this.saving = true;
    this.failure = null;
    try {
      const saved = await call(commands.editProject(project.id, this.changes));
      this.cancel();
      return saved;
    } catch (e) {
      this.failure = failureOf(e);
      return null;
    } finally {
      this.saving = false;
    }
  }
}

export const editor = new Editor();
