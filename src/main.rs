//! The program: arguments, then a command or the window.

use std::io::{self, Write};
use std::process::ExitCode;

use shortfall::cli::{self, Reply, Request};

fn main() -> ExitCode {
    let reply = match cli::parse(std::env::args_os()) {
        Ok(Request::Command(command)) => cli::answer(&command),
        Ok(Request::Window(file)) => match open_window(file.as_deref()) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(why) => cli::answer_without_window(file.as_deref(), &why),
        },
        Err(reply) => reply,
    };
    show(&reply)
}

/// Opens the window and stays until it is closed; where there can be none, says why.
#[cfg(feature = "gui")]
fn open_window(file: Option<&str>) -> Result<(), String> {
    shortfall::app::run(file)
}

#[cfg(not(feature = "gui"))]
fn open_window(_file: Option<&str>) -> Result<(), String> {
    Err("this build has no window".to_owned())
}

/// Writes both streams and gives the exit code.
fn show(reply: &Reply) -> ExitCode {
    // What went wrong, or why there is no window, belongs above the answer; where nobody reads it, the
    // answer stands all the same.
    let _ = write(&mut io::stderr().lock(), &reply.stderr);
    match write(&mut io::stdout().lock(), &reply.stdout) {
        Ok(()) => ExitCode::from(reply.code),
        // A reader that has seen enough, such as `head`, closes the pipe: that is no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(reply.code),
        Err(error) => {
            let why = format!("shortfall: the answer could not be written: {error}\n");
            let _ = write(&mut io::stderr().lock(), &why);
            ExitCode::FAILURE
        }
    }
}

fn write(stream: &mut dyn Write, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    stream.flush()
}
