//! Compiles the schema in `proto/` without a system `protoc`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=proto");
    let schema =
        protox::compile(["frames.proto", "identity.proto", "content.proto", "link.proto"], ["proto"])?;
    prost_build::Config::new().bytes(["."]).compile_fds(schema)?;
    Ok(())
}
