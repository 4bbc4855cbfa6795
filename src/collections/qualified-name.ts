/** Gives a name its collection: `order-to-sms` in `twilio` is `twilio/order-to-sms`. */
export function qualified(name: string, namespace: string): string {
  return name.includes("/") ? name : `${namespace}/${name}`;
}
