/** Writes a price: `0.0079 USD`; the empty text for none. */
export function priceText(price: { readonly amount: number; readonly currency: string } | null): string {
  if (price === null) return "";
  return `${price.amount.toLocaleString("en", { maximumFractionDigits: 6 })} ${price.currency}`;
}
