//! The program `fivepoint`; everything it does is in the library.

fn main() -> std::process::ExitCode {
    fivepoint::cli::main()
}
