// One Android library of the bindings, the repository and the screens, with Rust built by cargo-ndk.
plugins {
    id("com.android.library") version "8.13.0"
    id("org.jetbrains.kotlin.android") version "2.4.21"
    id("org.jetbrains.kotlin.plugin.compose") version "2.4.21"
}

val repository = rootDir.resolve("../..")
val generated = layout.buildDirectory.dir("generated/uniffi")
val libraries = layout.buildDirectory.dir("jniLibs")

android {
    namespace = "org.ronde"
    compileSdk = 36
    defaultConfig { minSdk = 26 }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
    sourceSets["main"].apply {
        kotlin.srcDirs(generated, "../core-kotlin/src/main/kotlin", "../ui/src/main/kotlin")
        resources.srcDirs("../ui/src/main/resources")
        jniLibs.srcDirs(libraries)
    }
}

// The window of the desktop is no part of it.
tasks.withType<org.jetbrains.kotlin.gradle.tasks.KotlinCompile>().configureEach { exclude("**/Main.kt") }

dependencies {
    implementation("net.java.dev.jna:jna:5.19.1@aar")
    implementation("org.jetbrains.kotlinx:kotlinx-coroutines-android:1.11.0")
    implementation("org.jetbrains.compose.ui:ui:1.12.2")
    implementation("org.jetbrains.compose.foundation:foundation:1.12.2")
    implementation("org.jetbrains.compose.material3:material3:1.9.0")
    implementation("com.google.zxing:core:3.5.3")
}

/** libronde_bindings.so for the phones of the field; the optimised build, stripped by Android's own tools. */
val cargoNdk by tasks.registering(Exec::class) {
    workingDir = repository
    commandLine(
        "cargo", "ndk", "--target", "arm64-v8a", "--target", "armeabi-v7a", "--target", "x86_64", "--platform", "26",
        "--output-dir", libraries.get().asFile.path, "build", "--release", "--package", "ronde-bindings",
    )
}

/** The Kotlin over it, read from the library of this machine: the interface is the same. */
val bindings by tasks.registering(Exec::class) {
    workingDir = repository
    commandLine("cargo", "xtask", "bindings", "--language", "kotlin")
    doLast {
        copy {
            from(repository.resolve("bindings/kotlin/target/generated-sources/uniffi"))
            into(generated)
        }
    }
}

tasks.named("preBuild") { dependsOn(cargoNdk, bindings) }
