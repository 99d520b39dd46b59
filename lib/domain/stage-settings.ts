/** The settings of a whole stage that the platform team can turn without a deploy. */
export type StageSettings = {
  id: string;
  /** Multiplies every check interval. */
  check_interval_factor: number;
  updated_at: string;
  seq: number;
};

export const DEFAULT_FACTOR = 1;
export const MAX_FACTOR = 24;
