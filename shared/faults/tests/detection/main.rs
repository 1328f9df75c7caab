//! Detection from outside: a table per detector, laws over any samples, and the lines of `detect`.

mod contact;
mod contactor;
mod current;
mod draw;
mod laws;
mod lines;
mod phases;
mod power;
mod register;
mod series;
mod temperature;
mod voltage;
