import { stringify } from "node:querystring";
import { expect } from "chai";
import { openOrderBook, orderNumberIn } from "../../bench/order.js";

describe("bench order book", () => {
  it("gives every order an id of its own and leaves bodies given out alone", () => {
    const book = openOrderBook();
    const bodies = Array.from({ length: 150 }, () => book.take().body);
    const ids = bodies.map((body) => JSON.parse(body.toString()).id);
    expect(new Set(ids)).to.have.lengthOf(150);
    expect(book.next).to.equal(150);
  });

  it("gives orders of about 1.5 KB, all of the same length, to national phone numbers", () => {
    const book = openOrderBook();
    const orders = Array.from({ length: 120 }, () => book.take().body);
    expect(new Set(orders.map(({ length }) => length))).to.have.lengthOf(1);
    expect(orders[0]!.length).to.be.within(1_400, 1_700);
    expect(JSON.parse(orders[117]!.toString()).shipping_address.phone).to.equal("(202) 555-0117");
  });

  it("finds the number of an order again in the form of the text about it", () => {
    const book = openOrderBook();
    book.take();
    const { number, body } = book.take();
    const text = `Hey Josephine! Your order ${JSON.parse(body.toString()).id} has been received!`;
    expect(orderNumberIn(stringify({ To: "+12025550101", Body: text }))).to.equal(number);
  });

  it("finds no number in a text about something else", () => {
    expect(orderNumberIn("To=%2B12025550101&Body=Welcome")).to.equal(null);
    expect(orderNumberIn("Body=BENCH-none")).to.equal(null);
  });
});
