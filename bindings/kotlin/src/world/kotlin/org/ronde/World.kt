package org.ronde

import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put

private val LOOPBACK = InetAddress.getLoopbackAddress()

/** The server that cargo built: RONDE_SERVER_BIN, else where the build says that its binaries are. */
private val SERVER_PROGRAM: String =
    System.getenv("RONDE_SERVER_BIN") ?: Path.of(System.getProperty("ronde.binaries"), "ronde-server").toString()

/** A small agglomeration: a real server, the road to it, its supervisor, and as many phones as a story needs. */
class World(private val directory: Path) : AutoCloseable {
    val road = Road()
    private val server = Server(directory.resolve("server"))
    private val token = server.tell("supervisor", "add", "--name", "Hélène", "--role", "agglomeration_supervisor")
        .text("token")
    lateinit var supervisor: Supervisor
        private set

    fun opens() {
        val port = server.start()
        supervisor = Supervisor(port, token)
        road.leadsTo(port)
    }

    fun closes() {
        road.isCut()
        server.stop()
    }

    fun file(name: String): String = directory.resolve(name).toString()

    /** The typed code of an invitation for an officer of the municipal police. */
    fun invitation(name: String): String =
        server.tell("invite", "--name", name, "--unit", "pm", "--role", "officer").text("code")

    /** A phone of the municipal police, enrolled over the open road. */
    fun enrolled(name: String): Notebook {
        val phone = Notebook.openWithPassphrase(file(name), "phrase de $name", 60)
        val identity = runBlocking { phone.enrol(road.address, invitation(name), null) }
        check(identity.name == name && identity.unit == "pm") { "enrolled as $identity" }
        return phone
    }

    override fun close() {
        closes()
        road.close()
    }
}

/** One agglomeration's archive, which may be served or not. */
class Server(private val data: Path) {
    private var process: Process? = null

    init {
        say("init", "--name", "Agglomération de Valbrume")
        say("territory", "draw")
    }

    private fun command(arguments: List<String>): ProcessBuilder {
        val builder = ProcessBuilder(listOf(SERVER_PROGRAM) + arguments)
        builder.environment()["RONDE_SERVER_DIR"] = data.toString()
        return builder
    }

    /** Runs one command of the server and gives what it printed. */
    fun say(vararg arguments: String): String {
        val child = command(arguments.toList()).redirectError(ProcessBuilder.Redirect.INHERIT).start()
        child.outputStream.close()
        val printed = child.inputStream.readAllBytes().decodeToString()
        check(child.waitFor() == 0) { "${arguments.joinToString(" ")}: $printed" }
        return printed.trim()
    }

    /** The same with --json: the object on the last line. */
    fun tell(vararg arguments: String): JsonObject =
        Json.parseToJsonElement(say(*arguments, "--json").lines().last()).jsonObject

    /** Serves on a free port and gives it. */
    fun start(): Int {
        val child = command(listOf("serve", "--listen", "127.0.0.1:0"))
            .redirectError(ProcessBuilder.Redirect.DISCARD).start()
        process = child
        val address = Regex("""http://127\.0\.0\.1:(\d+)""")
        val lines = child.inputStream.bufferedReader()
        val found = generateSequence(lines::readLine).firstNotNullOfOrNull(address::find)
        return checkNotNull(found) { "the server ended before it listened" }.groupValues[1].toInt()
    }

    fun stop() {
        process?.let { child ->
            child.destroy()
            check(child.waitFor(60, TimeUnit.SECONDS)) { "the server does not stop" }
        }
        process = null
    }
}

/** The network between the phones and the server: open, cut, or silent (taken in, never answered). */
class Road : AutoCloseable {
    private val listener = ServerSocket(0, 50, LOOPBACK)
    private val open = ConcurrentHashMap.newKeySet<Socket>()
    val address = "http://127.0.0.1:${listener.localPort}"

    private val taken = Semaphore(0)

    @Volatile private var port: Int? = null

    @Volatile private var silent = false

    init {
        thread(isDaemon = true) {
            generateSequence { quietly { listener.accept() } }.forEach { near -> thread(isDaemon = true) { carry(near) } }
        }
    }

    fun leadsTo(server: Int) {
        silent = false
        port = server
    }

    fun goesSilent() {
        silent = true
    }

    /** Waits until a silent road has taken one connection in. */
    fun takesOneIn() = check(taken.tryAcquire(60, TimeUnit.SECONDS)) { "nobody took the road" }

    /** Nothing passes any more, and what was on its way is lost. */
    fun isCut() {
        silent = false
        port = null
        open.forEach { end -> quietly { end.close() } }
    }

    private fun carry(near: Socket) = near.use {
        open.add(near)
        val server = port
        if (silent) {
            taken.release()
            quietly { near.getInputStream().readAllBytes() }
        } else if (server != null) {
            quietly { Socket(LOOPBACK, server) }?.use { far ->
                open.add(far)
                val back = thread(isDaemon = true) { pump(far, near) }
                pump(near, far)
                back.join()
                open.remove(far)
            }
        }
        open.remove(near)
    }

    private fun pump(from: Socket, to: Socket) {
        quietly { from.getInputStream().transferTo(to.getOutputStream()) }
        quietly { to.shutdownOutput() }
    }

    private fun <T> quietly(act: () -> T): T? = try { act() } catch (_: IOException) { null }

    override fun close() {
        isCut()
        listener.close()
    }
}

/** Hélène, on the server's own machine, through the JSON interface. */
class Supervisor(port: Int, private val token: String) {
    private val base = "http://127.0.0.1:$port/v1"
    private val client = HttpClient.newHttpClient()

    /** GET, or POST when there is a body. */
    fun ask(path: String, body: JsonElement? = null): JsonObject {
        val request = HttpRequest.newBuilder(URI.create(base + path))
            .header("Authorization", "Bearer $token").header("Content-Type", "application/json")
        if (body != null) request.POST(HttpRequest.BodyPublishers.ofString(body.toString()))
        val answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString())
        check(answer.statusCode() in 200..299) { "$path: ${answer.statusCode()} ${answer.body()}" }
        return Json.parseToJsonElement(answer.body()).jsonObject
    }
}

/** The supervisor, with both values and every change on screen, decides for one of them. */
fun Supervisor.decides(doc: DocId, people: Int, reason: String) {
    val shown = ask("/reports/$doc/divergences").getValue("items").jsonArray.single().jsonObject
    val chosen = shown.getValue("voices").jsonArray.map { it.jsonObject }
        .single { it.getValue("value").jsonObject.getValue("value").jsonPrimitive.int == people }
    ask(
        "/reports/$doc/decisions",
        buildJsonObject {
            put("key", shown.text("key"))
            put("chosen", buildJsonObject { put("change", chosen.text("change")) })
            put("saw", shown.getValue("saw"))
            put("saw_decisions", shown.getValue("saw_decisions"))
            put("reason", reason)
        },
    )
}

fun JsonObject.text(key: String): String = getValue(key).jsonPrimitive.content
