/** What something costs. */
export interface Price {
  readonly amount: number;
  /** ISO 4217: USD. */
  readonly currency: string;
}

/** What some of several things cost together, in one currency. */
export interface PriceSum extends Price {
  /** Of how many of them a price is known in it. */
  readonly of: number;
}
