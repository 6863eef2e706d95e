//! Authority: who may do what on whose object, tried as everyone.

mod alike;
mod attempts;
mod decisions;
mod matrix;
mod possible;
mod reach;
mod seats;
mod words;
