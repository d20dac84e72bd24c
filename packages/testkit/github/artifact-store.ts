/** One uploaded artifact of one workflow run. */
export interface Artifact {
  id: number;
  run: number;
  name: string;
  size: number;
  /** `sha256:` and hexadecimal digits, as the uploader says. */
  digest: string | null;
  createdAt: string;
  finalized: boolean;
  /** Its bytes are gone. */
  expired: boolean;
  blob: string;
}

export type ArtifactStore = Map<number, Artifact>;
