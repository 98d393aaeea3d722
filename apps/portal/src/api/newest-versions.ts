/** Assets whose version is remembered; beyond, all are forgotten, and at worst something is read once more. */
const mostRemembered = 20_000;

/** What was heard last of each asset: events of several processes may overtake one another on their way. */
export class NewestVersions {
  private readonly versions = new Map<string, number>();

  /** Whether a later state of the asset was heard already; otherwise remembers this one. */
  isLate(id: string, version: number): boolean {
    const known = this.versions.get(id);
    if (known !== undefined && version < known) return true;
    if (this.versions.size >= mostRemembered) this.versions.clear();
    this.versions.set(id, version);
    return false;
  }

  /** After a gap nothing counts that was heard before: the appliance may have been restored from a backup. */
  forget(): void {
    this.versions.clear();
  }
}
